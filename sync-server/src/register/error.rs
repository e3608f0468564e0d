//! Why a register could not be read at all. Nothing of it was taken.

use super::{CELLS_MAX, COLUMNS_MAX};

/// A failure of the whole file; what concerns single rows is a `Finding`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RegisterError {
    #[error("the register was not read: it has {bytes} bytes, and at most {bytes_max} are taken")]
    FileTooLarge { bytes: usize, bytes_max: usize },
    #[error("the register was not read: the workbook unpacks to more than {bytes_max} bytes")]
    UnpackedTooLarge { bytes_max: u64 },
    #[error("the register was not read: it has more than {rows_max} rows")]
    TooManyRows { rows_max: usize },
    #[error("the register was not read: a line has more than {COLUMNS_MAX} columns")]
    TooManyColumns,
    #[error(
        "the register was not read: a sheet has more than {CELLS_MAX} cells, or its merged cells span too many rows"
    )]
    TooManyCells,
    #[error("the register was not read: the file is empty")]
    Empty,
    #[error(
        "the register was not read: no line names its columns; the first filled line has {cells} cells, known columns are {known}"
    )]
    NoHeading { cells: usize, known: String },
    #[error("the register was not read: there is no column {column:?}; the file has {existing}")]
    UnknownColumn { column: String, existing: String },
    #[error("the register was not read: {field:?} is no field; fields are {existing}")]
    UnknownField { field: String, existing: String },
    #[error("the register was not read: the field {field:?} is given to two columns")]
    FieldTwice { field: String },
    #[error(
        "the register was not read: it is an old or a locked workbook (.xls, or saved with a password)"
    )]
    OldWorkbook,
    #[error("the register was not read: the workbook is damaged: {why}")]
    WorkbookDamaged { why: String },
}

impl RegisterError {
    /// Stable name for JSON answers and the message catalogue.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FileTooLarge { .. } => "file_too_large",
            Self::UnpackedTooLarge { .. } => "unpacked_too_large",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::TooManyColumns => "too_many_columns",
            Self::TooManyCells => "too_many_cells",
            Self::Empty => "file_empty",
            Self::NoHeading { .. } => "no_heading",
            Self::UnknownColumn { .. } => "column_unknown",
            Self::UnknownField { .. } => "field_unknown",
            Self::FieldTwice { .. } => "field_twice",
            Self::OldWorkbook => "workbook_old",
            Self::WorkbookDamaged { .. } => "workbook_damaged",
        }
    }

    /// What the person can do now, in English.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::FileTooLarge { .. } | Self::TooManyRows { .. } => {
                "split the register, for instance one file a market, and import the parts"
            }
            Self::UnpackedTooLarge { .. } | Self::TooManyCells => {
                "copy only the list into a new workbook, or save it as CSV"
            }
            Self::TooManyColumns => {
                "delete the columns that are not needed, or check what separates the columns"
            }
            Self::Empty => "check that the right file was chosen and that it was saved",
            Self::NoHeading { .. } => {
                "name the columns in one line above the list, or say which is which with --map \"Column=field\""
            }
            Self::UnknownColumn { .. } => "write the column as it stands in the heading line",
            Self::UnknownField { .. } | Self::FieldTwice { .. } => {
                "give --map as \"Column=field\", each field at most once"
            }
            Self::OldWorkbook => {
                "open it in the spreadsheet program and save it as .xlsx or CSV, without a password"
            }
            Self::WorkbookDamaged { .. } => {
                "open it in the spreadsheet program and save it again as .xlsx, or as CSV"
            }
        }
    }
}
