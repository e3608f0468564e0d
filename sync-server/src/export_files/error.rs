//! Why an export file was not written. A file of that name from before is left as it was.

use std::path::PathBuf;

/// Whatever the source of the rows failed with.
pub type RowError = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub enum ExportFileError {
    #[error("the export was not written: the folder {} does not exist", folder.display())]
    FolderMissing { folder: PathBuf },
    #[error("the export was not written: {} is a folder", path.display())]
    IsFolder { path: PathBuf },
    #[error("the export was not written: {0}")]
    Io(#[from] std::io::Error),
    #[error("the export was not written: its rows could not be read: {0}")]
    Row(RowError),
    #[error("the export was not written: row {row} has {cells} cells for {columns} columns")]
    RowShape {
        row: u64,
        cells: usize,
        columns: usize,
    },
    #[error("the export was not written: a sheet holds at most {rows_max} rows")]
    TooManyRows { rows_max: u64 },
    #[error("the export was not written: the workbook could not be made: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

impl ExportFileError {
    /// Stable name for JSON answers and the message catalogue.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FolderMissing { .. } => "folder_missing",
            Self::IsFolder { .. } => "is_folder",
            Self::Io(_) => "export_io",
            Self::Row(_) => "export_rows",
            Self::RowShape { .. } => "export_row_shape",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::Workbook(_) => "export_workbook",
        }
    }

    /// What the person can do now, in English.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::FolderMissing { .. } => "make the folder first, or choose another with --out",
            Self::IsFolder { .. } => "give --out a file name in that folder",
            Self::Io(_) => "check the free space and the rights of the folder, then export again",
            Self::Row(_) => "run doctor on the server's data, then export again",
            Self::RowShape { .. } | Self::Workbook(_) => {
                "this is a fault of the program: report it, and export as CSV meanwhile"
            }
            Self::TooManyRows { .. } => "export as CSV or NDJSON",
        }
    }
}
