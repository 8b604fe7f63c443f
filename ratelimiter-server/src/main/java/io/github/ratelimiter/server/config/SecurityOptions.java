package io.github.ratelimiter.server.config;

import io.github.ratelimiter.http.ClientAddress;
import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.server.security.AdminTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The settings of administration: who may call it. */
public final class SecurityOptions {
  @Option(
      names = "--admin-tokens",
      paramLabel = "TOKENS",
      description =
          "The tokens that administrators may use, as 'new-token' prints them:"
              + " NAME:SCOPE:HASH, separated by commas. Default: one that is made and printed.")
  private @Nullable String tokens;

  @Option(
      names = "--admin-tokens-file",
      paramLabel = "FILE",
      description = "A file with such tokens, one in each line.")
  private @Nullable Path tokensFile;

  @Option(
      names = "--trusted-proxies",
      paramLabel = "BLOCKS",
      description =
          "The addresses of proxies before this service, separated by commas. The address of a"
              + " client of them is in X-Forwarded-For. Default: none.")
  private @Nullable String trustedProxies;

  /**
   * Returns the tokens of the settings.
   *
   * @throws ConfigException if they have a mistake; the message has nothing of the tokens
   */
  public AdminTokens tokens() {
    AdminTokens given = read("--admin-tokens", parts(tokens));
    if (tokensFile == null) {
      return given;
    }
    List<String> all = new ArrayList<>(parts(tokens));
    List<String> lines = lines(tokensFile);
    read("--admin-tokens-file: " + tokensFile, lines);
    all.addAll(lines);
    return read("--admin-tokens and --admin-tokens-file", all);
  }

  private static AdminTokens read(String where, List<String> settings) {
    try {
      return AdminTokens.of(settings);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(where + ": " + e.getMessage());
    }
  }

  private static List<String> lines(Path file) {
    try {
      List<String> lines =
          Files.readAllLines(file).stream()
              .map(String::strip)
              .filter(line -> !line.isEmpty() && !line.startsWith("#"))
              .toList();
      if (lines.isEmpty()) {
        throw new ConfigException("--admin-tokens-file: %s has no token".formatted(file));
      }
      return lines;
    } catch (IOException e) {
      throw new ConfigException("--admin-tokens-file: %s cannot be read".formatted(file));
    }
  }

  /**
   * Returns where the address of a client is.
   *
   * @throws ConfigException if a block is no block
   */
  public ClientAddress clientAddress() {
    try {
      List<CidrBlock> blocks = parts(trustedProxies).stream().map(CidrBlock::parse).toList();
      return blocks.isEmpty() ? ClientAddress.ofConnection() : ClientAddress.xForwardedFor(blocks);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--trusted-proxies: " + e.getMessage());
    }
  }

  private static List<String> parts(@Nullable String list) {
    if (list == null) {
      return List.of();
    }
    return Arrays.stream(list.split(",", -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  /** Returns a text without secrets. */
  @Override
  public String toString() {
    return "settings of administration";
  }
}
