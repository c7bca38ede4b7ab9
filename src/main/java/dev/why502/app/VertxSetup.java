package dev.why502.app;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.transport.Transport;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.VertxPrometheusOptions;
import org.jspecify.annotations.Nullable;

/** How Vert.x is set up for every command. */
final class VertxSetup {
  private VertxSetup() {}

  /** Native transport where it is there: unix sockets and cheaper connections need it. */
  static Vertx vertx(@Nullable PrometheusMeterRegistry registry) {
    VertxOptions options =
        new VertxOptions()
            // Nothing is served from files: without the cache no temporary directory is needed.
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false));
    if (registry != null) {
      options.setMetricsOptions(
          new MicrometerMetricsOptions()
              .setEnabled(true)
              // Each probe is a connection, and our own meters tell of it better and cheaper.
              .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT)
              .setPrometheusOptions(new VertxPrometheusOptions().setEnabled(true)));
    }
    VertxBuilder builder = Vertx.builder().with(options);
    if (registry != null) {
      builder.withMetrics(new MicrometerMetricsFactory(registry));
    }
    Transport transport = Transport.nativeTransport();
    return transport == null || !transport.available()
        ? builder.build()
        : builder.withTransport(transport).build();
  }
}
