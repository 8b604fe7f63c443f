package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.bench.audit.Audit;
import io.github.ratelimiter.bench.generator.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a measurement.
 *
 * @param setup the measured load
 * @param about the versions and the machine
 * @param interrupted whether the measurement ended early
 * @param outcome the answers
 * @param samples the counts over time; the last sample is at the end
 * @param serverWork the work of the server
 * @param audit the audit of the granted permits; null without an audit
 * @param logFull whether permits are missing in the audit
 */
record Result(
    Setup setup,
    String about,
    boolean interrupted,
    Outcome outcome,
    List<Sampler.Sample> samples,
    Sampler.ServerWork serverWork,
    @Nullable Audit audit,
    boolean logFull) {}
