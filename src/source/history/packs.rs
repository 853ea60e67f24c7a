//! Objects of packs that others are made from, kept while a log is walked: each version of a folder or file is
//! a difference to another version, and without them every one would be unpacked from the first.

use std::collections::HashMap;

use gix::objs::Kind;
use gix::odb::pack::cache::DecodeEntry;

/// How much one thread keeps, in bytes (32 MiB): the folders near the top of a large mesh in many versions.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// Unpacked objects by pack and offset; emptied as a whole when they are too many.
#[derive(Default)]
pub(super) struct Bases {
    kept: HashMap<(u32, u64), (Kind, usize, Vec<u8>)>,
    n_bytes: usize,
}

impl DecodeEntry for Bases {
    fn put(&mut self, pack_id: u32, offset: u64, data: &[u8], kind: Kind, compressed_size: usize) {
        if data.len() > MOST_BYTES / 8 {
            return;
        }
        if self.n_bytes + data.len() > MOST_BYTES {
            self.kept.clear();
            self.n_bytes = 0;
        }
        let before = self.kept.insert((pack_id, offset), (kind, compressed_size, data.to_vec()));
        self.n_bytes += data.len();
        self.n_bytes -= before.map_or(0, |(_, _, data)| data.len());
    }

    fn get(&mut self, pack_id: u32, offset: u64, out: &mut Vec<u8>) -> Option<(Kind, usize)> {
        let (kind, compressed_size, data) = self.kept.get(&(pack_id, offset))?;
        out.clear();
        out.extend_from_slice(data);
        Some((*kind, *compressed_size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_stays_below_its_bound() {
        let mut bases = Bases::default();
        let data = vec![7; MOST_BYTES / 10];
        let mut out = vec![1, 2, 3];
        for offset in 0..25 {
            bases.put(1, offset, &data, Kind::Tree, 5);
            assert!(bases.n_bytes <= MOST_BYTES);
            assert_eq!(bases.get(1, offset, &mut out), Some((Kind::Tree, 5)));
            assert_eq!(out.len(), data.len());
        }
        assert_eq!(bases.get(1, 0, &mut out), None);
        assert_eq!(bases.get(2, 24, &mut out), None);
        bases.put(1, 24, b"x", Kind::Blob, 1);
        assert_eq!(bases.n_bytes, bases.kept.values().map(|(_, _, data)| data.len()).sum::<usize>());
        bases.put(1, 99, &vec![0; MOST_BYTES / 4], Kind::Blob, 1);
        assert_eq!(bases.get(1, 99, &mut out), None);
    }
}
