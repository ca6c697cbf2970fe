//! Why no picture comes, as weserv's API says it: a status and a sentence (its section on errors).

use std::time::Duration;

use wirecopy_picture::source::SourceError;

use crate::fetch::error::FetchError;

/// What went wrong. Cheap to clone, for all who wait get it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// No `url` in the query.
    #[error("Add url=<address of a picture> to the query")]
    NoAddress,
    /// The address is none, or one of ours.
    #[error("{0}")]
    Address(#[from] SourceError),
    /// The request came round in a circle.
    #[error("The request came back to this proxy: an address leads to itself")]
    Loop,
    /// Nothing of the mirror shows this picture, no list has its host, and no signature opens it.
    #[error("This proxy serves the pictures of its own editions alone")]
    Closed,
    /// There is a signature, and it is wrong or too old.
    #[error("The signature is wrong, or its time is over")]
    Signature,
    /// The address check said no.
    #[error("IP address blocked by policy")]
    Blocked,
    /// The origin answered with a failure.
    #[error("The requested URL returned error: {0}")]
    Status(u16),
    /// The origin was too slow.
    #[error("The requested URL timed out.")]
    TimedOut,
    /// The origin could not be reached, or did not speak HTTP.
    #[error("The hostname of the origin is unresolvable (DNS) or blocked by policy.")]
    Unreachable,
    /// It redirects to itself.
    #[error("Will not follow a redirection to itself")]
    SelfRedirect,
    /// It redirects on and on.
    #[error("Will not follow more than {0} redirects")]
    Redirects(usize),
    /// It is too large to be fetched.
    #[error("The image is too large to be downloaded. Max image size: {0} bytes")]
    TooLarge(u64),
    /// The origin failed too often lately, or asks to be left alone.
    #[error("The origin has failed too often; it is left alone for a while")]
    LeftAlone(Duration),
    /// It is no picture, a broken one, or one that costs too much; in the words of the worker.
    #[error("{0}")]
    Picture(String),
    /// More is asked for than can be made.
    #[error("Too many pictures are being made; try again soon")]
    Busy,
    /// This client has had more made lately than its share.
    #[error("Too many new pictures are asked for from your address; try again later")]
    TooOften(Duration),
    /// Something is wrong here.
    #[error(
        "Something's wrong! It looks as though we've broken something on our system. Don't panic, we are fixing it! \
         Please come back in a while.."
    )]
    Internal,
}

impl Trouble {
    /// The status that it is sent with.
    pub fn status(&self) -> u16 {
        match self {
            Trouble::Address(SourceError::Unparsable | SourceError::Socket) | Trouble::Blocked => {
                400
            }
            Trouble::Closed | Trouble::Signature => 403,
            Trouble::Loop => 508,
            Trouble::TooOften(_) => 429,
            Trouble::Busy | Trouble::LeftAlone(_) => 503,
            Trouble::Internal => 500,
            _ => 404,
        }
    }

    /// One word for metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Trouble::NoAddress | Trouble::Address(_) => "address",
            Trouble::Loop => "loop",
            Trouble::Closed => "closed",
            Trouble::Signature => "signature",
            Trouble::Blocked => "blocked",
            Trouble::Status(_) => "status",
            Trouble::TimedOut => "timeout",
            Trouble::Unreachable => "unreachable",
            Trouble::SelfRedirect | Trouble::Redirects(_) => "redirects",
            Trouble::TooLarge(_) => "too_large",
            Trouble::LeftAlone(_) => "left_alone",
            Trouble::Picture(_) => "picture",
            Trouble::Busy => "busy",
            Trouble::TooOften(_) => "too_often",
            Trouble::Internal => "internal",
        }
    }

    /// When it is worth asking again.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Trouble::Busy => Some(Duration::from_secs(2)),
            Trouble::LeftAlone(wait) | Trouble::TooOften(wait) => Some(*wait),
            _ => None,
        }
    }

    /// An error of ours: told in the log, not to the client.
    pub(super) fn internal(error: &anyhow::Error) -> Trouble {
        tracing::error!(error = format!("{error:#}"), "a picture was not made");
        Trouble::Internal
    }
}

impl From<FetchError> for Trouble {
    fn from(error: FetchError) -> Trouble {
        match error {
            FetchError::BadUrl { .. } => Trouble::Address(SourceError::Unparsable),
            FetchError::Refused { .. } => Trouble::Blocked,
            FetchError::Timeout { .. } => Trouble::TimedOut,
            FetchError::Status {
                status: 408 | 504, ..
            } => Trouble::TimedOut,
            FetchError::Status { status, .. } => Trouble::Status(status),
            FetchError::TooLarge { limit, .. } => Trouble::TooLarge(limit),
            FetchError::TooManyRedirects { limit, .. } => Trouble::Redirects(limit),
            FetchError::Loop { .. } => Trouble::SelfRedirect,
            FetchError::HeldBack { wait, .. } => Trouble::LeftAlone(wait),
            _ => Trouble::Unreachable,
        }
    }
}
