mod background;
mod behind;
mod files;
mod focus;
mod house;
mod pages;
