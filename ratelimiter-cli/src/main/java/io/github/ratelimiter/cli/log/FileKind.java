package io.github.ratelimiter.cli.log;

import io.github.ratelimiter.cli.Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** A kind of file that cannot be read line by line, and the command that converts it to lines. */
enum FileKind {
  XZ("xz", "unpack it: xz -dc", "\u00fd7zXZ\u0000"),
  BZIP2("bzip2", "unpack it: bzip2 -dc", "BZh[1-9]1AY&SY"),
  ZSTD("zstd", "unpack it: zstd -dc", "\\x28\u00b5\u002f\u00fd"),
  LZ4("lz4", "unpack it: lz4 -dc", "\u0004\\x22M\u0018"),
  ZIP("zip", "unpack it: unzip -p", "PK\u0003\u0004"),
  SEVEN_ZIP("7z", "unpack it: 7z e -so", "7z\u00bc\u00af\u0027\u001c"),
  TAR("tar", "unpack it: tar -xOf", "(?=[^\u0000]{1,100}\u0000).{257}ustar"),
  UTF_16("UTF-16 text", "convert it: iconv -f UTF-16 -t UTF-8", "\u00ff\u00fe|\u00fe\u00ff"),
  JSON_ARRAY("a JSON array", "print one element per line: jq -c '.[]'", "\\s*\\[\\s*[\\[{]");

  /** Number of bytes that are needed to detect the kind. */
  static final int LOOK_AHEAD = 512;

  private final String description;
  private final String command;
  private final Pattern signature;

  FileKind(String description, String command, String signature) {
    this.description = description;
    this.command = command;
    this.signature = Pattern.compile(signature, Pattern.DOTALL);
  }

  /** Detects the kind of a file from its first bytes. Returns empty if it may be a log. */
  static Optional<FileKind> of(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return Arrays.stream(values())
        .filter(kind -> kind.signature.matcher(text).lookingAt())
        .findFirst();
  }

  /** Returns whether bytes are binary. Text contains no zero byte. */
  static boolean isBinary(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf('\0') >= 0;
  }

  /**
   * Returns the message for a file of this kind.
   *
   * @param name the name of the file in messages
   * @param path the path of the file, or {@code -} for standard input
   */
  String advice(String name, String path) {
    String quoted = path.matches("[\\w./+-]+") ? path : "'" + Text.readable(path) + "'";
    String file = path.equals("-") ? "FILE" : quoted;
    return name
        + " looks like "
        + description
        + "; "
        + command
        + " "
        + file
        + " | java -jar ratelimiter.jar replay -";
  }
}
