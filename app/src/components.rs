//! Building blocks of the pages.

pub mod async_view;
pub mod chart;
pub mod combo;
pub mod customer_list;
pub mod dialog;
pub mod export_menu;
pub mod fetch;
pub mod figures;
pub mod filters;
pub mod icon;
pub mod masked;
pub mod pager;
pub mod people;
pub mod presets;
pub mod saved_views;
pub mod send_file;
pub mod table;
