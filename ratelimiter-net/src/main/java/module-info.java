/** Addresses of clients: one canonical form, networks by prefix, sets of CIDR blocks. */
module io.github.ratelimiter.net {
  requires inet.ipaddr;
  requires static org.jspecify;

  exports io.github.ratelimiter.net;
}
