package io.github.ratelimiter.server;

import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.file.RuleFile;
import io.github.ratelimiter.rules.file.RuleFileException;
import io.github.ratelimiter.rules.file.RuleFileListener;
import io.github.ratelimiter.rules.file.RuleFileWatch;
import io.github.ratelimiter.server.config.ServerOptions;

/** Puts the rules of a file into force whenever it changes, with the default of the options. */
final class FollowedRules implements AutoCloseable {
  private final RuleFileWatch watch;

  FollowedRules(RuleFile file, Rules rules, ServerOptions options) {
    RuleSet now = rules.version().rules();
    this.watch =
        file.watch(
            now,
            new RuleFileListener() {
              @Override
              public void changed(RuleSet changed) {
                RuleSet with = options.withDefault(changed);
                if (!with.equals(rules.version().rules())) {
                  rules.replace(with, file.toString());
                }
              }

              @Override
              public void failed(RuleFileException failure) {
                rules.reject(failure);
              }
            });
  }

  @Override
  public void close() {
    watch.close();
  }
}
