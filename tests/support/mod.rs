//! Tools that several test binaries share: the real program, clients small enough to trust, the openssl
//! program as a second opinion, a finder of secrets, and key files in the forms people have them.

pub(crate) mod h2_client;
pub(crate) mod http1;
pub(crate) mod key_forms;
pub(crate) mod leak;
pub(crate) mod openssl;
pub(crate) mod other_name;
pub(crate) mod push;
pub(crate) mod push_files;
pub(crate) mod simulate;
pub(crate) mod smuggling;
pub(crate) mod temp_dir;
pub(crate) mod trill;
pub(crate) mod vitals;
