//! GeoJSON (RFC 7946) for maps: one feature per market and block, with counts and no person.

use std::io::Write;

use serde_json::{Map, Value, json};

use super::{ExportFileError, HashingWriter, RowError, Written};

/// The counts of one market, or of one block in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Point {
    /// Market code.
    pub market: String,
    /// Block in the market; `None` where none is known.
    pub block: Option<String>,
    /// Named counts, in the order in which they are written.
    pub counts: Vec<(&'static str, i64)>,
    /// Longitude and latitude of the market in degrees (WGS 84); `None` until the office has set it.
    pub lon_lat: Option<(f64, f64)>,
}

/// Writes a `FeatureCollection`, a feature a line; geometry is `null` where no point is set.
pub fn write_points<W: Write, E: Into<RowError>>(
    out: W,
    points: impl Iterator<Item = Result<Point, E>>,
) -> Result<Written, ExportFileError> {
    let mut out = HashingWriter::new(out);
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
    let mut written = 0;
    for point in points {
        let point = point.map_err(|error| ExportFileError::Row(error.into()))?;
        out.write_all(if written == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut out, &feature(&point))
            .map_err(|error| ExportFileError::Io(error.into()))?;
        written += 1;
    }
    out.write_all(b"\n]}\n")?;
    out.finish(written)
}

fn feature(point: &Point) -> Value {
    let geometry = match point.lon_lat {
        Some((lon, lat)) if (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat) => {
            json!({"type": "Point", "coordinates": [lon, lat]})
        }
        _ => Value::Null,
    };
    let mut properties = Map::new();
    properties.insert("market".to_owned(), json!(point.market));
    properties.insert("block".to_owned(), json!(point.block));
    for (name, count) in &point.counts {
        properties.insert((*name).to_owned(), json!(count));
    }
    json!({"type": "Feature", "geometry": geometry, "properties": properties})
}
