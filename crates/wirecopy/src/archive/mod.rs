//! The archive of a mirror: one bare git repository for each volume, and the index that makes it quick to ask.
//! Git holds the truth; the index may be deleted at any time.
