//! A QR code as the path of an inline SVG: squares of one unit, with the quiet zone that scanners need around them.

use std::fmt::Write as _;

use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;

/// Modules of nothing on each side, as the standard asks for.
const QUIET: usize = 4;

#[derive(Clone, Serialize)]
pub struct Qr {
    /// Of each side, the quiet zone included: the picture is as many units wide and high.
    pub size: usize,
    /// The dark modules: a run of a row each.
    pub path: String,
}

impl Qr {
    /// # Errors
    /// When the text is longer than a code holds.
    pub fn of(text: &str) -> Result<Self, QrError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
        let width = code.width();
        let mut path = String::new();
        for (y, row) in code.into_colors().chunks(width).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|one, next| one == next) {
                if run.first() == Some(&Color::Dark) {
                    let length = run.len();
                    // Writing into a text does not fail.
                    let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET);
                }
                x += run.len();
            }
        }
        Ok(Self {
            size: width + 2 * QUIET,
            path,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_within_its_quiet_zone() {
        let qr = Qr::of("otpauth://totp/Naru:cs%40naru.test?secret=AAAA").unwrap();
        let side = qr.size - 2 * QUIET;
        assert!(side >= 21 && side % 4 == 1, "{side}");
        // The corners begin with a bar of seven modules: above left, above right, below left.
        for (x, y) in [(4, 4), (4 + side - 7, 4), (4, 4 + side - 7)] {
            assert!(qr.path.contains(&format!("M{x} {y}h7v1h-7z")), "{x} {y}: {}", qr.path);
        }
        assert!(Qr::of(&"a".repeat(5_000)).is_err());
    }
}
