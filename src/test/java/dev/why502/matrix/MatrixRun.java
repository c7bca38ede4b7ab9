package dev.why502.matrix;

import dev.why502.app.OneDiagnosis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** The whole matrix, inside its sandbox. */
final class MatrixRun {
  /** Sites that stand at once. */
  private static final int LANES = 4;

  private MatrixRun() {}

  /**
   * Runs it and writes the results down.
   *
   * @param arguments a directory of its own, the file for the results, and, to run a part only,
   *     {@code FAULT,FAULT} and {@code GATEWAY,GATEWAY}
   */
  public static void main(String... arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    List<String> faults = only(arguments, 2);
    List<String> gateways = only(arguments, 3);
    List<Program> programs =
        Program.all().stream()
            .filter(program -> gateways == null || gateways.contains(name(program)))
            .filter(program -> Said.usable(program.version().toArray(String[]::new)))
            .toList();
    Firewall.open();
    Certificates certificates =
        new Certificates(directory.resolve("tls"), InstantSource.system().instant());
    OneDiagnosis diagnosis = new OneDiagnosis();
    ExecutorService lanes = Executors.newFixedThreadPool(LANES);
    JsonArray results = new JsonArray();
    try (Names names = Names.start()) {
      List<Future<JsonObject>> cells = new ArrayList<>();
      for (Fault fault : Fault.all()) {
        for (Program program : programs) {
          if (faults == null || faults.contains(fault.id)) {
            Path place = directory.resolve(fault.id + "-" + name(program));
            cells.add(
                lanes.submit(
                    () -> new Cell(fault, program, diagnosis).run(place, certificates, names)));
          }
        }
      }
      for (Future<JsonObject> cell : cells) {
        results.add(cell.get());
      }
    }
    lanes.shutdown();
    ProcessFaults.tidy();
    diagnosis.close();
    Files.writeString(Path.of(arguments[1]), results.encodePrettily());
  }

  private static String name(Program program) {
    return program.kind().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static @Nullable List<String> only(String[] arguments, int at) {
    return arguments.length <= at || arguments[at].equals("all")
        ? null
        : List.of(arguments[at].split(","));
  }
}
