//! The program, tested from outside over real sockets. One module for each part of it:
//! `simulator` for what an APNs client meets. `support` holds what several of them need.

mod simulator;
mod support;
