//! A QR code in block characters, as SVG and as PNG.

use qrcode::render::{svg, unicode};
use qrcode::{Color, EcLevel, QrCode};

use crate::failure::Failure;

/// Modules of white around the code (ISO/IEC 18004 §9.1).
const MARGIN: usize = 4;
/// Pixels of a module in PNG, and units in SVG.
const SCALE: usize = 8;
/// White in PNG.
const WHITE: u8 = 0xFF;

/// A drawn code.
pub(super) struct Picture(QrCode);

impl Picture {
    /// The code of a text, with error correction of level M.
    pub(super) fn of(text: &str) -> Result<Self, Failure> {
        QrCode::with_error_correction_level(text, EcLevel::M)
            .map(Self)
            .map_err(|error| Failure::Input(format!("TEXT: no QR code holds it: {error}")))
    }

    /// Modules on a side, without the margin.
    pub(super) fn modules(&self) -> usize {
        self.0.width()
    }

    /// Rows of block characters with the margin, dark on light: on a dark terminal the light modules
    /// are drawn.
    pub(super) fn rows(&self) -> Vec<String> {
        let drawn = self
            .0
            .render::<unicode::Dense1x2>()
            .dark_color(unicode::Dense1x2::Light)
            .light_color(unicode::Dense1x2::Dark)
            .build();
        drawn.lines().map(str::to_owned).collect()
    }

    pub(super) fn svg(&self) -> String {
        let scale = u32::try_from(SCALE).unwrap_or(1);
        self.0
            .render::<svg::Color>()
            .module_dimensions(scale, scale)
            .build()
    }

    pub(super) fn png(&self) -> Result<Vec<u8>, Failure> {
        let width = (self.modules() + 2 * MARGIN) * SCALE;
        let failure = |error: png::EncodingError| Failure::Link(format!("PNG: {error}"));
        let side = u32::try_from(width).unwrap_or_default();
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(failure)?;
        writer
            .write_image_data(&self.pixels(width))
            .map_err(failure)?;
        writer.finish().map_err(failure)?;
        Ok(file)
    }

    /// An octet for each pixel, row by row.
    fn pixels(&self, width: usize) -> Vec<u8> {
        let (colors, modules) = (self.0.to_colors(), self.modules());
        let module = |pixel: usize| {
            let module = (pixel / SCALE).checked_sub(MARGIN);
            module.filter(|module| *module < modules)
        };
        let is_dark = |x: usize, y: usize| {
            let place = module(x).zip(module(y));
            let color = place.and_then(|(x, y)| colors.get(y * modules + x));
            color == Some(&Color::Dark)
        };
        let pixels = (0..width).flat_map(|y| (0..width).map(move |x| (x, y)));
        let shades = pixels.map(|(x, y)| if is_dark(x, y) { 0 } else { WHITE });
        shades.collect()
    }
}
