//! ZIP archives: the bill files in them, each a file of its own. Nothing is believed of what an archive says of itself: its
//! names are only shown, and its bytes are counted as they come out.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::imports::{ARCHIVE_BILLS, ARCHIVE_ENTRIES};
use encoding_rs::GB18030;
use zip::ZipArchive;

use super::{Limits, SourceFile, refused};
use crate::error::Result;

pub const ZIP_MAGIC: &[u8] = b"PK\x03\x04";
/// An archive without entries has only its end.
const EMPTY_ZIP_MAGIC: &[u8] = b"PK\x05\x06";
/// Office documents from before 2007, and encrypted ones.
pub const OLE_MAGIC: &[u8] = b"\xd0\xcf\x11\xe0";

/// Endings of the names of bills; what has another is left out.
const ENDINGS: [&str; 8] = ["csv", "txt", "tsv", "gz", "xlsx", "xlsm", "xls", "zip"];

type Archive = ZipArchive<BufReader<File>>;

/// A folder that goes when it is not needed any more.
#[derive(Debug)]
pub struct Unpacked(PathBuf);

impl Drop for Unpacked {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The file itself, or the bills in it where it is an archive.
pub fn files(source: &SourceFile, limits: &Limits) -> Result<(Vec<SourceFile>, Option<Arc<Unpacked>>)> {
    let unreadable = |why: &dyn std::fmt::Display| refused(source, "unreadable", why);
    let mut file = File::open(&source.path).map_err(|error| unreadable(&error))?;
    let mut start = [0_u8; 4];
    let read = read_up_to(&mut file, &mut start).map_err(|error| unreadable(&error))?;
    if start[..read] == *EMPTY_ZIP_MAGIC {
        return Err(refused(source, "archive_empty", &"no CSV or XLSX in it"));
    }
    if start[..read] != *ZIP_MAGIC {
        return Ok((vec![source.clone()], None));
    }
    let mut archive = open(&source.path).map_err(|error| unreadable(&error))?;
    if is_workbook(&archive) {
        return Ok((vec![source.clone()], None));
    }
    let folder = limits.folder.join(crate::center::new_id());
    std::fs::create_dir_all(&folder)?;
    let unpacked = Arc::new(Unpacked(folder.clone()));
    let files = unpack(source, &mut archive, &folder, limits)?;
    if files.is_empty() {
        return Err(refused(source, "archive_empty", &"no CSV or XLSX in it"));
    }
    Ok((files, Some(unpacked)))
}

/// Opens an archive.
pub fn open(path: &Path) -> zip::result::ZipResult<Archive> {
    ZipArchive::new(BufReader::new(File::open(path)?))
}

/// Whether an archive is a workbook of Excel 2007 and later.
pub fn is_workbook(archive: &Archive) -> bool {
    archive.index_for_name("[Content_Types].xml").is_some()
}

fn unpack(source: &SourceFile, archive: &mut Archive, folder: &Path, limits: &Limits) -> Result<Vec<SourceFile>> {
    let size = std::fs::metadata(&source.path)?.len();
    let mut left = limits.for_size(size);
    let mut files = Vec::new();
    for (index, name) in bills(source, archive)? {
        let file = SourceFile { path: folder.join(index.to_string()), name: format!("{}/{name}", source.name) };
        let mut entry = archive.by_index(index).map_err(|error| refused(&file, "unreadable", &error))?.take(left + 1);
        let mut out = File::create(&file.path)?;
        let written = std::io::copy(&mut entry, &mut out).map_err(|error| refused(&file, "unreadable", &error))?;
        left = left.checked_sub(written).ok_or_else(|| too_large(source, limits.for_size(size)))?;
        let mut start = [0_u8; 4];
        read_up_to(&mut File::open(&file.path)?, &mut start)?;
        if start == *ZIP_MAGIC && !open(&file.path).is_ok_and(|archive| is_workbook(&archive)) {
            return Err(refused(&file, "nested_archive", &"an archive within an archive; unpack it first"));
        }
        files.push(file);
    }
    Ok(files)
}

/// The bills of an archive, by index with their names: counted before any is unpacked, so that none is left out unsaid.
fn bills(source: &SourceFile, archive: &mut Archive) -> Result<Vec<(usize, String)>> {
    if archive.len() > ARCHIVE_ENTRIES {
        return Err(too_many(source, &format!("an archive may hold {ARCHIVE_ENTRIES} entries")));
    }
    let mut bills = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|error| refused(source, "unreadable", &error))?;
        let name = entry_name(entry.name_raw());
        if entry.is_dir() || !is_bill(&name) {
            continue;
        }
        if entry.encrypted() {
            let file = SourceFile { path: PathBuf::new(), name: format!("{}/{name}", source.name) };
            return Err(refused(&file, "encrypted", &"pack it without a password"));
        }
        bills.push((index, name));
    }
    if bills.len() > ARCHIVE_BILLS {
        return Err(too_many(source, &format!("it holds {} bills, the limit is {ARCHIVE_BILLS}", bills.len())));
    }
    Ok(bills)
}

/// The refusal of more files than are taken.
pub fn too_many(source: &SourceFile, why: &str) -> crate::error::Error {
    refused(source, "too_many_files", &why)
}

/// The refusal of a file that unpacks to more than is allowed.
pub fn too_large(source: &SourceFile, limit: u64) -> crate::error::Error {
    refused(source, "unpacks_too_large", &format!("it unpacks to more than {limit} bytes"))
}

/// A name within an archive: UTF-8, or GBK as Chinese Windows packs it; without folders that lead out of it.
fn entry_name(raw: &[u8]) -> String {
    let name = std::str::from_utf8(raw).map_or_else(|_| GB18030.decode(raw).0.into_owned(), str::to_owned);
    let parts = name.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | ".."));
    let name: String = parts.collect::<Vec<_>>().join("/");
    name.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Whether a name in an archive is that of a bill: no folder of macOS, no hidden file, no other kind of file.
fn is_bill(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    !name.starts_with("__MACOSX/")
        && !file.starts_with(['.', '~'])
        && ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// Fills the buffer as far as there are bytes.
pub fn read_up_to(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut read = 0;
    while read < buffer.len() {
        match file.read(&mut buffer[read..])? {
            0 => break,
            count => read += count,
        }
    }
    Ok(read)
}

/// Whether a compound file holds an encrypted workbook: its directory names a stream `EncryptedPackage`. Source: the file
/// format [MS-CFB], where the directory's first sector is at offset 48 of the header.
pub fn is_encrypted_office(file: &mut File) -> std::io::Result<bool> {
    let mut header = [0_u8; 512];
    file.seek(SeekFrom::Start(0))?;
    if read_up_to(file, &mut header)? < header.len() {
        return Ok(false);
    }
    let number =
        |at: usize| header.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes);
    let shift = u16::from_le_bytes([header[30], header[31]]).min(12);
    file.seek(SeekFrom::Start((u64::from(number(48)) + 1) << shift))?;
    let mut directory = [0_u8; 4096];
    let read = read_up_to(file, &mut directory)?;
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    Ok(directory[..read].windows(name.len()).any(|window| window == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cleaned_and_only_bills_are_taken() {
        assert_eq!(entry_name("a/../../etc/九月.csv".as_bytes()), "a/etc/九月.csv");
        assert_eq!(entry_name(&GB18030.encode("九月\\账单.csv").0), "九月/账单.csv");
        for (name, expected) in [
            ("九月.csv", true),
            ("a/b/BILL.XLSX", true),
            ("__MACOSX/a.csv", false),
            ("a/.hidden.csv", false),
            ("~$bill.xlsx", false),
            ("readme.pdf", false),
            ("bill", false),
        ] {
            assert_eq!(is_bill(name), expected, "{name}");
        }
    }
}
