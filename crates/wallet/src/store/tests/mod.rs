mod cuts;
mod kit;
mod life;
mod model;
