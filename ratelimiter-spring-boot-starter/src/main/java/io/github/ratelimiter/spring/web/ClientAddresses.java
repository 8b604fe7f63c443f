package io.github.ratelimiter.spring.web;

import io.github.ratelimiter.http.ClientAddress;
import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.spring.RateLimiterProperties.Web;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import java.util.List;

/** Tells how the address of a client is found. */
public final class ClientAddresses {
  private ClientAddresses() {}

  /** Returns the address of the connection, or that which trusted proxies name. */
  public static ClientAddress of(Web web) {
    if (web.trustedProxies().isEmpty()) {
      return ClientAddress.ofConnection();
    }
    List<CidrBlock> proxies = web.trustedProxies().stream().map(ClientAddresses::block).toList();
    return switch (web.forwardedHeader()) {
      case X_FORWARDED_FOR -> ClientAddress.xForwardedFor(proxies);
      case FORWARDED -> ClientAddress.forwarded(proxies);
    };
  }

  private static CidrBlock block(String text) {
    try {
      return CidrBlock.parse(text);
    } catch (IllegalArgumentException e) {
      throw InvalidSettingException.ofProperty(
          "ratelimiter.web.trusted-proxies",
          text,
          String.valueOf(e.getMessage()),
          "Write an address or a block, for example 10.0.0.0/8.");
    }
  }
}
