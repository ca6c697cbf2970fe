//! What a site's owner or reader tells the engine about one site, as data.

/// A rule for one site. No field exists yet, so none can be made: `extract` is called with `None`.
#[derive(Clone, Debug)]
pub enum SiteRule {}
