package io.github.ratelimiter.cli.log;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address found in a line, with or without brackets and a port.
 *
 * @param text the address without brackets and port
 * @param hasPort whether a port follows the address
 * @param end the index after the address and its port
 */
record Address(String text, boolean hasPort, int end) {
  /** Why a line without a client address is skipped. */
  static final String PROBLEM = "it has no client address";

  private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
  private static final String V4 = OCTET + "(?:\\." + OCTET + "){3}";
  private static final String V6 = "[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*";
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:(V4)(:\\d{1,5})?|\\[(V6)](:\\d{1,5})?|(V6))(?=[\\s,\"]|$)"
              .replace("V4", V4)
              .replace("V6", V6));
  private static final Pattern WORD = Pattern.compile("[^\\s,\"]+");

  /** Returns the first word of a text that is an address; null if there is none. */
  static @Nullable Address firstIn(String text) {
    Address leading = at(text, 0);
    if (leading != null) {
      return leading;
    }
    Matcher word = WORD.matcher(text);
    while (word.find()) {
      Address address = at(text, word.start());
      if (address != null) {
        return address;
      }
    }
    return null;
  }

  /** Returns the word at an index if it is an address; otherwise null. */
  static @Nullable Address at(String text, int from) {
    // Rejects most words without the regular expression.
    if (from >= text.length() || "0123456789abcdefABCDEF:[".indexOf(text.charAt(from)) < 0) {
      return null;
    }
    int endOfV4 = endOfV4(text, from);
    if (endOfV4 > 0 && (endOfV4 == text.length() || text.charAt(endOfV4) == ' ')) {
      return new Address(text.substring(from, endOfV4), false, endOfV4);
    }
    Matcher address = ADDRESS.matcher(text).region(from, text.length());
    if (!address.lookingAt()) {
      return null;
    }
    boolean hasPort = address.group(2) != null || address.group(4) != null;
    if (address.group(1) != null) {
      return new Address(address.group(1), hasPort, address.end());
    }
    String v6 = address.group(3) != null ? address.group(3) : address.group(5);
    return isV6(v6) ? new Address(v6, hasPort, address.end()) : null;
  }

  /**
   * Returns the index after an IPv4 address; -1 if there is none. Most addresses are found by this
   * method, which is faster than the regular expression.
   */
  private static int endOfV4(String text, int from) {
    int octets = 1;
    int octet = -1;
    int at = from;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c >= '0' && c <= '9' && octet != 0) {
        octet = Math.max(octet, 0) * 10 + c - '0';
        if (octet > 255) {
          return -1;
        }
      } else if (c == '.' && octet >= 0 && octets < 4) {
        octets++;
        octet = -1;
      } else {
        break;
      }
    }
    return octets == 4 && octet >= 0 ? at : -1;
  }

  private static boolean isV6(String text) {
    try {
      // A text with a colon is parsed and never resolved by DNS.
      return text.length() > 1 && InetAddress.getByName(text) != null;
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
