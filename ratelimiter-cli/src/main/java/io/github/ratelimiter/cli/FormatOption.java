package io.github.ratelimiter.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option {@code --format}, for commands that print a table or JSON. */
public final class FormatOption {
  private enum Format {
    TABLE,
    JSON
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = FormatConverter.class,
      description = "Output format: table or json. Default: table.")
  private Format format = Format.TABLE;

  /**
   * Returns whether the output is JSON.
   *
   * @return true for JSON, false for a table
   */
  public boolean isJson() {
    return format == Format.JSON;
  }

  /** Converts {@code table} or {@code json}. */
  private static final class FormatConverter implements ITypeConverter<Format> {
    @Override
    public Format convert(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "table" -> Format.TABLE;
        case "json" -> Format.JSON;
        default ->
            throw new TypeConversionException("found '" + text + "', expected table or json");
      };
    }
  }
}
