package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.cli.Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** A kind of file that is not read line by line, and the command that turns it into lines. */
enum FileKind {
  XZ("xz", "unpack it: xz -dc", "\u00fd7zXZ\u0000"),
  BZIP2("bzip2", "unpack it: bzip2 -dc", "BZh[1-9]1AY&SY"),
  ZSTD("zstd", "unpack it: zstd -dc", "\\x28\u00b5\u002f\u00fd"),
  LZ4("lz4", "unpack it: lz4 -dc", "\u0004\\x22M\u0018"),
  ZIP("zip", "unpack it: unzip -p", "PK\u0003\u0004"),
  SEVEN_ZIP("7z", "unpack it: 7z e -so", "7z\u00bc\u00af\u0027\u001c"),
  TAR("tar", "unpack it: tar -xOf", "(?=[^\u0000]{1,100}\u0000).{257}ustar"),
  UTF_16("UTF-16 text", "convert it: iconv -f UTF-16 -t UTF-8", "\u00ff\u00fe|\u00fe\u00ff"),
  JSON_ARRAY("a JSON array", "make a line of each element: jq -c '.[]'", "\\s*\\[\\s*[\\[{]");

  /** How many bytes tell the kind. */
  static final int LOOK_AHEAD = 512;

  private final String text;
  private final String command;
  private final Pattern begin;

  FileKind(String text, String command, String begin) {
    this.text = text;
    this.command = command;
    this.begin = Pattern.compile(begin, Pattern.DOTALL);
  }

  /** The kind of a file that begins with some bytes; empty if it may be a log. */
  static Optional<FileKind> of(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return Arrays.stream(values()).filter(kind -> kind.begin.matcher(text).lookingAt()).findFirst();
  }

  /** Whether bytes are no text: a text has no zeros. */
  static boolean isBinary(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf('\0') >= 0;
  }

  /**
   * What to do with such a file.
   *
   * @param name what people call it
   * @param path where it is, {@code -} for standard input
   */
  String advice(String name, String path) {
    String quoted = path.matches("[\\w./+-]+") ? path : "'" + Text.readable(path) + "'";
    String file = path.equals("-") ? "FILE" : quoted;
    return name
        + " looks like "
        + text
        + "; "
        + command
        + " "
        + file
        + " | java -jar ratelimiter.jar replay -";
  }
}
