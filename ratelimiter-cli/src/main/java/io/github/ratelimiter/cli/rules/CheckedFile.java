package io.github.ratelimiter.cli.rules;

import io.github.ratelimiter.cli.CommandException;
import io.github.ratelimiter.cli.Numbers;
import io.github.ratelimiter.cli.Text;
import io.github.ratelimiter.rules.Finding;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.file.Mistake;
import io.github.ratelimiter.rules.file.RuleFile;
import io.github.ratelimiter.rules.file.RuleFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A rule file that was read.
 *
 * @param name its path, safe to print
 * @param rules the rules; none if there are mistakes
 * @param mistakes what cannot be read
 * @param findings what is probably a mistake
 */
record CheckedFile(String name, RuleSet rules, List<Mistake> mistakes, List<Finding> findings) {
  static CheckedFile read(Path path) {
    String name = Text.readable(path.toString());
    try {
      RuleSet rules = RuleFile.at(path).read();
      return new CheckedFile(name, rules, List.of(), rules.check());
    } catch (RuleFileException e) {
      return new CheckedFile(name, RuleSet.of(), e.mistakes(), List.of());
    }
  }

  /**
   * Reads a file that must not have mistakes.
   *
   * @throws CommandException if it does; the message has the first mistake
   */
  static CheckedFile readValid(Path path) {
    CheckedFile file = read(path);
    if (file.mistakes().isEmpty()) {
      return file;
    }
    int more = file.mistakes().size() - 1;
    throw new CommandException(
        file.line(file.mistakes().get(0))
            + (more == 0
                ? ""
                : "; and " + Numbers.count(more, "more mistake") + ", which rules check prints"));
  }

  /** Returns one line in the form that editors and build servers know: {@code file:line:column}. */
  String line(Mistake mistake) {
    String place =
        mistake.place() instanceof Mistake.Position position
            ? ":" + position.line() + ":" + position.column()
            : mistake.place() instanceof Mistake.Variable ? ": " + mistake.place().text() : "";
    return name + place + ": " + Text.readable(mistake.problem());
  }

  int ruleCount() {
    return rules.rules().size() + (rules.defaultRule().isPresent() ? 1 : 0);
  }
}
