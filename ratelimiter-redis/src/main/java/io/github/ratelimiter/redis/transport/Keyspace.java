package io.github.ratelimiter.redis.transport;

import io.github.ratelimiter.store.Request;
import io.lettuce.core.cluster.SlotHash;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * Maps requests to keys in Redis: {@code prefix{tag}policy:key}. A prefix and a tag have no braces,
 * and the name of a policy has no colon, so different keys never collide, whatever characters they
 * have. The tag alone decides the slot. A key of more than {@value #LONGEST} bytes becomes {@code
 * prefix{tag}policy#digest}. A key that ends like the second key of a sliding log becomes {@code
 * prefix{tag}policy;key;}. Without a cluster the tag is empty.
 */
public final class Keyspace {
  /** The longest key, in bytes, that is stored as it is. */
  public static final int LONGEST = 256;

  /** The largest number of hash tags. */
  public static final int MOST_TAGS = 1024;

  private static final String RING = ":log";
  private static final Pattern LIKE_A_RING = Pattern.compile(RING + "\\d+\\z");
  private static final byte[] COLON = utf8(":");
  private static final byte[] SEMICOLON = utf8(";");

  private final String prefix;
  private final List<byte[]> heads = new ArrayList<>();

  /**
   * Creates a key space.
   *
   * @param tags the number of hash tags, spread evenly over the slots; 0 without a cluster
   */
  public Keyspace(String prefix, int tags) {
    this.prefix = prefix;
    if (tags == 0) {
      heads.add(utf8(prefix + "{}"));
    }
    for (int i = 0; i < tags; i++) {
      heads.add(utf8(prefix + "{" + tag(i, tags) + "}"));
    }
  }

  /** Returns the first number with a slot in the i-th part of all slots. */
  private static String tag(int i, int tags) {
    int first = SlotHash.SLOT_COUNT * i / tags;
    int end = SlotHash.SLOT_COUNT * (i + 1) / tags;
    for (int n = 0; ; n++) {
      String tag = Integer.toString(n, Character.MAX_RADIX);
      int slot = SlotHash.getSlot(utf8(tag));
      if (first <= slot && slot < end) {
        return tag;
      }
    }
  }

  /** Returns the key that records the number of hash tags. */
  public byte[] tagsKey() {
    return utf8(prefix + "{}#hash-tags");
  }

  /** Returns the key that records the instances of the application. */
  public byte[] fleetKey() {
    return utf8(prefix + "{}#fleet");
  }

  /** Returns a key that no request uses, under a hash tag. */
  public byte[] probeKey(int tag) {
    return concat(heads.get(tag), utf8("#probe"));
  }

  /** Returns the number of groups of keys that can be sent together. */
  public int tags() {
    return heads.size();
  }

  /** Returns the group of the key of a request. It is the same in every process. */
  public int tagOf(Request request) {
    if (heads.size() == 1) {
      return 0;
    }
    CRC32 crc = new CRC32();
    crc.update(utf8(request.policy().name()));
    crc.update(':');
    crc.update(bytes(request.key()));
    return (int) (crc.getValue() % heads.size());
  }

  /** Returns the key of the state for a request. */
  public byte[] stateKey(Request request) {
    byte[] key = bytes(request.key());
    byte[] head = heads.get(tagOf(request));
    String policy = request.policy().name();
    if (key.length > LONGEST) {
      return concat(head, utf8(policy + "#"), digest(key));
    }
    // Checked first, because a matcher is created for every request.
    return request.key().contains(RING) && LIKE_A_RING.matcher(request.key()).find()
        ? concat(head, utf8(policy), SEMICOLON, key, SEMICOLON)
        : concat(head, utf8(policy), COLON, key);
  }

  /** Returns the UTF-8 bytes of a text. An unpaired surrogate is written as three bytes. */
  public static byte[] bytes(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        int pair = text.codePointAt(i);
        if (pair == c) {
          return bytesOfBroken(text);
        }
        i++;
      }
    }
    return utf8(text);
  }

  private static byte[] bytesOfBroken(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    text.codePoints()
        .forEach(
            c -> {
              if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                out.write(0xE0 | c >> 12);
                out.write(0x80 | c >> 6 & 0x3F);
                out.write(0x80 | c & 0x3F);
              } else {
                out.writeBytes(utf8(Character.toString(c)));
              }
            });
    return out.toByteArray();
  }

  private static byte[] digest(byte[] key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] whole = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    return whole;
  }
}
