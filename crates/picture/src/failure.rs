//! Why a picture is not made, in the words of weserv's API (its section on errors): programs match them.

/// What is wrong with a picture, or with what was asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// By its first bytes it is no picture that is known.
    #[error("Invalid or unsupported image format. Is it a valid image?")]
    Unsupported,
    /// It is of a format that browsers show and that is refused here.
    #[error("Invalid or unsupported image format. Is it a valid image? {format} is not read here")]
    NotRead {
        /// Its name.
        format: &'static str,
    },
    /// It begins as a picture and is broken.
    #[error("Image not readable. Is it a valid image?")]
    Unreadable,
    /// It has more pixels, or a longer side, than is decoded.
    #[error("Input image exceeds pixel limit. Width x height should be less than {limit}")]
    InputTooLarge {
        /// The most pixels.
        limit: u64,
    },
    /// What was asked for has more pixels, or a longer side, than is made.
    #[error("Output image exceeds pixel limit. Width x height should be less than {limit}")]
    OutputTooLarge {
        /// The most pixels.
        limit: u64,
    },
    /// It has more frames than are decoded, or more pixels in them.
    #[error(
        "Input image exceeds the maximum number of pages. Number of pages should be less than {limit}"
    )]
    TooManyFrames {
        /// The most frames.
        limit: u32,
    },
}
