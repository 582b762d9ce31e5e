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

/// The first line of the library's SVG.
const DECLARATION: &str = r#"<?xml version="1.0" standalone="yes"?>"#;
/// The comment behind it, by which an SVG of ours is known.
const SVG_MARK: &str = "<!-- a picture of understudy qr -->";
/// The keyword of the text in a PNG that names its maker (PNG §11.3.3.2).
const KEYWORD: &str = "Software";
/// The maker, by which a PNG of ours is known.
const MAKER: &str = "understudy qr";

/// True for the beginning of an SVG of ours.
pub(super) fn is_our_svg(head: &[u8]) -> bool {
    let behind = head.strip_prefix(DECLARATION.as_bytes());
    behind.is_some_and(|behind| behind.starts_with(SVG_MARK.as_bytes()))
}

/// True for the beginning of a PNG of ours.
pub(super) fn is_our_png(head: &[u8]) -> bool {
    let mark = format!("tEXt{KEYWORD}\0{MAKER}");
    let mut windows = head.windows(mark.len());
    head.starts_with(b"\x89PNG\r\n\x1a\n") && windows.any(|window| window == mark.as_bytes())
}

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

    /// The SVG, whose first line names its maker.
    pub(super) fn svg(&self) -> String {
        let scale = u32::try_from(SCALE).unwrap_or(1);
        let drawn = self
            .0
            .render::<svg::Color>()
            .module_dimensions(scale, scale)
            .build();
        let drawing = drawn.strip_prefix(DECLARATION).unwrap_or(&drawn);
        format!("{DECLARATION}{SVG_MARK}{drawing}")
    }

    pub(super) fn png(&self) -> Result<Vec<u8>, Failure> {
        let width = (self.modules() + 2 * MARGIN) * SCALE;
        let failure = |error: png::EncodingError| Failure::Link(format!("PNG: {error}"));
        let side = u32::try_from(width).unwrap_or_default();
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let marked = encoder.add_text_chunk(KEYWORD.to_owned(), MAKER.to_owned());
        marked.map_err(failure)?;
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
