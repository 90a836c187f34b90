//! ZIP archive of the receiver's files, stored without compression.
//!
//! Own code: the format of stored files is two records, and a library brings compression and
//! clocks along, which would weigh more on the page than all files together. Layout: PKWARE,
//! APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.

/// Folder in the archive.
const FOLDER: &str = "TrillCalls/";
/// Names are UTF-8: bit 11 of the flags.
const UTF8: u16 = 1 << 11;
/// 1 January 1980, the first day of the format: the archive is the same at every time.
const DAY: u16 = 0x21;
/// Version 2.0 of the format, which has folders.
const VERSION: u16 = 20;

/// Archive with these files: the name and the text of each.
pub fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let offset = size(bytes.len());
        let name = [FOLDER, name].concat();
        let mut about = Vec::new();
        put(&mut about, &[VERSION, UTF8, 0, 0, DAY]);
        let content = text.as_bytes();
        let length = size(content.len()).to_le_bytes();
        about.extend(crc32(content).to_le_bytes());
        about.extend(length);
        about.extend(length);
        put(&mut about, &[half(name.len()), 0]);

        bytes.extend(b"PK\x03\x04");
        bytes.extend(&about);
        bytes.extend(name.as_bytes());
        bytes.extend(content);

        directory.extend(b"PK\x01\x02");
        put(&mut directory, &[VERSION]);
        directory.extend(&about);
        // No comment, first disk, no attributes.
        put(&mut directory, &[0; 5]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, length) = (size(bytes.len()), size(directory.len()));
    let count = half(files.len());
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06");
    put(&mut bytes, &[0, 0, count, count]);
    bytes.extend(length.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    put(&mut bytes, &[0]);
    bytes
}

fn put(bytes: &mut Vec<u8>, numbers: &[u16]) {
    for number in numbers {
        bytes.extend(number.to_le_bytes());
    }
}

/// Length of a receiver's file, which is far below the limits of the format.
fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn half(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

/// Checksum of the format, bit by bit: a table would be larger than this function.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let carry = crc & 1;
            crc >>= 1;
            if carry == 1 {
                crc ^= 0xEDB8_8320;
            }
        }
    }
    !crc
}
