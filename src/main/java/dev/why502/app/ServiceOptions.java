package dev.why502.app;

import dev.why502.web.WebOptions;
import java.nio.file.Path;

/** What {@code run} was told. */
record ServiceOptions(Path definitions, WebOptions web) {}
