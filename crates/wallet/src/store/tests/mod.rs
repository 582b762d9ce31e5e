mod kit;
mod life;
