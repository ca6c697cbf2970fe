//! The version of the settings' format: older files are brought up to date, newer ones refused.
//!
//! The old file is kept as `wirecopy.toml.format-<number>`, and comments survive in the new one.

use std::fs;
use std::io::Write;
use std::path::Path;

use toml_edit::DocumentMut;

use crate::config::problem::SettingsError;

/// The format that this version writes.
pub const SETTINGS_FORMAT: u32 = 1;

/// The text of the settings file at `path` in today's format, which is then also what the file holds.
///
/// # Errors
/// When the file is of a newer format, or an older one cannot be kept or replaced.
pub(super) fn bring_up_to_date(path: &Path, text: String) -> Result<String, SettingsError> {
    // A file that is not TOML is left to the real reader, whose message names the line.
    let Ok(mut document) = text.parse::<DocumentMut>() else {
        return Ok(text);
    };
    match format_of(&document) {
        Some(format) if format > i64::from(SETTINGS_FORMAT) => Err(newer(path, format)),
        Some(0) => {
            migrate_from_0(&mut document);
            let updated = document.to_string();
            replace(path, &text, &updated, 0)?;
            Ok(updated)
        }
        _ => Ok(text),
    }
}

/// The format a file declares: 0 where it declares none, absent where it is no whole number.
fn format_of(document: &DocumentMut) -> Option<i64> {
    document
        .get("format")
        .map_or(Some(0), toml_edit::Item::as_integer)
}

/// Format 0, of files written before formats were numbered, differs in the missing number only.
fn migrate_from_0(document: &mut DocumentMut) {
    document.insert("format", toml_edit::value(i64::from(SETTINGS_FORMAT)));
}

fn newer(path: &Path, format: i64) -> SettingsError {
    let message = format!(
        "the file is of format {format}, and this version of wirecopy reads up to {SETTINGS_FORMAT}; \
         install a newer wirecopy"
    );
    SettingsError::whole_file(path, message)
}

/// Keeps `old` beside the file, then puts `new` in its place in one step.
fn replace(path: &Path, old: &str, new: &str, old_format: u32) -> Result<(), SettingsError> {
    let backup = path.with_extension(format!("toml.format-{old_format}"));
    let written = fs::write(&backup, old).and_then(|()| write_whole(path, new));
    written.map_err(|error| {
        SettingsError::whole_file(
            path,
            format!("cannot be brought to format {SETTINGS_FORMAT}: {error}"),
        )
    })?;
    tracing::info!(backup = %backup.display(), "brought {} to format {SETTINGS_FORMAT}", path.display());
    Ok(())
}

/// Writes a file by a temporary name beside it, synced before it is renamed, so that no reader sees half of it.
pub(crate) fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(text.as_bytes())?;
    if let Ok(metadata) = fs::metadata(path) {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    fs::File::open(directory)?.sync_all()
}
