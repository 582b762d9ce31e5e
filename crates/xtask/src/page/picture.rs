//! Measures of a picture.

use anyhow::{Context, Result, ensure};
use std::collections::HashSet;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// A picture, measured.
pub(super) struct Picture {
    /// Width and height in pixels.
    pub(super) size: (u32, u32),
    /// The number of different colours.
    pub(super) colours: usize,
    /// The mean of all red, green and blue, 0 to 255.
    pub(super) brightness: u64,
}

impl Picture {
    /// Measures a PNG of 8 bits a channel.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let file = BufReader::new(File::open(path)?);
        let mut reader = png::Decoder::new(file).read_info()?;
        let size = reader
            .output_buffer_size()
            .context("the picture is too large")?;
        let mut room = vec![0; size];
        let frame = reader.next_frame(&mut room)?;
        ensure!(
            frame.bit_depth == png::BitDepth::Eight,
            "{:?}",
            frame.bit_depth
        );
        let channels = frame.color_type.samples();
        ensure!(channels >= 3, "{:?}", frame.color_type);
        let octets = room.get(..frame.buffer_size()).unwrap_or_default();
        let pixels = octets
            .chunks_exact(channels)
            .filter_map(|pixel| pixel.first_chunk::<3>());
        let mut colours = HashSet::new();
        let (mut sum, mut count) = (0, 0);
        for pixel in pixels {
            colours.insert(*pixel);
            sum += pixel.iter().map(|part| u64::from(*part)).sum::<u64>();
            count += 3;
        }
        Ok(Self {
            size: (frame.width, frame.height),
            colours: colours.len(),
            brightness: sum / u64::max(count, 1),
        })
    }
}
