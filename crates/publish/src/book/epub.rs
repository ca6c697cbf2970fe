//! The files of an EPUB in their container (OCF, EPUB 3.3 section 4).
//!
//! `mimetype` comes first and as it is, so that it can be told at a fixed place. Times are those of the newest change
//! of an article; nothing is told of the machine.

use std::io::{Cursor, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::book::pictures::{BookPictures, Packed};
use crate::book::{Book, leaves, package};

const CONTAINER: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
    <container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">\n\
    <rootfiles><rootfile full-path=\"EPUB/package.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles>\n\
    </container>\n";

/// Quiet, and the reader's own: neither faces nor sizes nor colours are set.
const STYLE: &str = include_str!("../../assets/book.css");

/// The whole book.
pub(super) fn write(book: &Book<'_>, pictures: &BookPictures<'_>) -> ZipResult<Vec<u8>> {
    let packed = Packed::gather(book.articles().map(|(_, document)| document), pictures);
    let mut container = Container::new(book.changed());
    container.put(
        "mimetype",
        b"application/epub+zip",
        CompressionMethod::Stored,
    )?;
    container.text("META-INF/container.xml", CONTAINER)?;
    container.text("EPUB/package.opf", &package::package(book, &packed))?;
    container.text("EPUB/nav.xhtml", &package::navigation(book))?;
    container.text("EPUB/toc.ncx", &package::ncx(book))?;
    container.text("EPUB/book.css", STYLE)?;
    container.text("EPUB/cover.xhtml", &leaves::cover(book))?;
    for (listing, document) in book.articles() {
        let leaf = leaves::article(book, (listing, document), &packed);
        container.text(&format!("EPUB/{}", leaves::file(listing)), &leaf)?;
    }
    for (place, picture) in &packed.files {
        // Pictures are compressed already.
        container.put(
            &format!("EPUB/{place}"),
            &picture.bytes,
            CompressionMethod::Stored,
        )?;
    }
    Ok(container.zip.finish()?.into_inner())
}

struct Container {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    options: SimpleFileOptions,
}

impl Container {
    fn new(changed: Timestamp) -> Container {
        let options = SimpleFileOptions::default()
            .last_modified_time(zip_time(changed))
            .unix_permissions(0o644);
        Container {
            zip: ZipWriter::new(Cursor::new(Vec::new())),
            options,
        }
    }

    fn text(&mut self, name: &str, text: &str) -> ZipResult<()> {
        self.put(name, text.as_bytes(), CompressionMethod::Deflated)
    }

    fn put(&mut self, name: &str, bytes: &[u8], method: CompressionMethod) -> ZipResult<()> {
        self.zip
            .start_file(name, self.options.compression_method(method))?;
        Ok(self.zip.write_all(bytes)?)
    }
}

/// Zip files know the years 1980 to 2107 and two seconds; what is outside is the first moment.
fn zip_time(time: Timestamp) -> DateTime {
    let civil = time.to_zoned(TimeZone::UTC).datetime();
    let part = |value: i8| value.unsigned_abs();
    DateTime::from_date_and_time(
        civil.year().unsigned_abs(),
        part(civil.month()),
        part(civil.day()),
        part(civil.hour()),
        part(civil.minute()),
        part(civil.second()),
    )
    .unwrap_or_default()
}
