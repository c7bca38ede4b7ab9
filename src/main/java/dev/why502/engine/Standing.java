package dev.why502.engine;

import dev.why502.diagnosis.State;
import java.time.Instant;

/** The state that a probe was in when we ran last, and since when. */
public record Standing(State state, Instant since) {}
