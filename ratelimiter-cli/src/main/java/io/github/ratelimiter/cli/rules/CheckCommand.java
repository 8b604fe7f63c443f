package io.github.ratelimiter.cli.rules;

import io.github.ratelimiter.cli.FormatOption;
import io.github.ratelimiter.cli.Io;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks rule files from the command line. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 92,
    description = "Print all mistakes of rule files, and what is probably a mistake.",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%n",
    footer = {
      "",
      "A mistake is what cannot be read. A finding is a rule that can be read and probably does not",
      "do what was meant, for example because it never applies. Environment variables such as",
      "RATELIMITER_RULES_LOGIN_LIMITS replace values of the files, as in an application.",
      "",
      "The exit status is 2 if a file has a mistake or cannot be read, 1 with --strict if a file",
      "has a finding, else 0."
    })
final class CheckCommand implements Callable<Integer> {
  private static final int MISTAKES = 2;
  private static final int FINDINGS = 1;

  private final Io io;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Rule files, in YAML or JSON.")
  private List<Path> files = new ArrayList<>();

  @Option(names = "--strict", description = "Fail also if there is a finding.")
  private boolean strict;

  @Mixin private FormatOption format = new FormatOption();

  CheckCommand(Io io) {
    this.io = io;
  }

  @Override
  public Integer call() {
    List<CheckedFile> checked = files.stream().map(CheckedFile::read).toList();
    io.out().print(format.isJson() ? CheckReport.json(checked) : CheckReport.text(checked));
    io.out().flush();
    if (checked.stream().anyMatch(file -> !file.mistakes().isEmpty())) {
      return MISTAKES;
    }
    return strict && checked.stream().anyMatch(file -> !file.findings().isEmpty()) ? FINDINGS : 0;
  }
}
