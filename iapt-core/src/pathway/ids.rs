//! Identifiers that are texts, made comparable.

use super::records::RecordId;
use alloc::vec::Vec;

/// Numbers the identifiers of one pathway's records in their order: texts of digits as numbers, before all other texts,
/// which are compared byte by byte. Equal texts get equal numbers; `None` stays without one.
///
/// Give the identifiers of a table, and those by which another table refers to it, in one go.
///
/// ```
/// use iapt_core::pathway::rank_ids;
/// let ids = rank_ids(&[Some("10"), Some("9"), None, Some("c"), Some("10")]);
/// assert!(ids[0] > ids[1] && ids[3] > ids[0] && ids[2].is_none());
/// assert_eq!(ids[0], ids[4]);
/// ```
#[must_use]
pub fn rank_ids(texts: &[Option<&str>]) -> Vec<Option<RecordId>> {
    let mut known: Vec<&str> = texts.iter().copied().flatten().collect();
    known.sort_unstable_by_key(|text| key(text));
    known.dedup();
    let rank = |text: &str| {
        let at = known.binary_search_by_key(&key(text), |known| key(known)).ok()?;
        RecordId::new(u64::try_from(at).ok()? + 1)
    };
    texts.iter().map(|text| text.and_then(rank)).collect()
}

/// What identifiers are compared by; a number by its length without leading zeros and then by its digits.
fn key(text: &str) -> (bool, usize, &str, &str) {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let digits = text.trim_start_matches('0');
        (false, digits.len(), digits, text)
    } else {
        (true, 0, text, text)
    }
}
