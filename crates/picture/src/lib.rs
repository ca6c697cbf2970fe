//! Pictures: what is asked of one, and the bytes that answer it. Bytes in, bytes out.
