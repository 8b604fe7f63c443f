package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.Policy;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what options say; what they cannot read they explain. */
public final class Converters {
  private Converters() {}

  /** Reads a policy. */
  public static final class OfPolicy implements ITypeConverter<Policy> {
    @Override
    public Policy convert(String text) {
      try {
        return Policy.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Reads what makes a key. */
  static final class OfKey implements ITypeConverter<KeyMaker> {
    @Override
    public KeyMaker convert(String text) {
      try {
        return KeyMaker.of(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Reads the name of a format. */
  public static final class OfFormat implements ITypeConverter<Format> {
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
