package dev.why502.conf;

import dev.why502.definition.Cron;
import dev.why502.definition.Maintenance;
import dev.why502.definition.Maintenance.Once;
import dev.why502.definition.Maintenance.Recurring;
import dev.why502.definition.Maintenance.Window;
import dev.why502.definition.Selection;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entries of {@code maintenance}: from one time to another, or by a crontab's five fields. */
final class MaintenanceReader {
  static final List<String> KEYS =
      List.of("description", "from", "to", "cron", "zone", "duration", "probes", "labels");

  private static final Duration SHORTEST = Duration.ofMinutes(1);

  private final Faults faults;
  private final SelectionReader selections;

  /**
   * @param probes ids of all probes
   */
  MaintenanceReader(Faults faults, Collection<String> probes) {
    this.faults = faults;
    this.selections = new SelectionReader(probes);
  }

  Maintenance read(Members top) {
    List<Window> windows = new ArrayList<>();
    List<Json> entries = top.array("maintenance", Maintenance.MAX_WINDOWS);
    for (int i = 0; i < entries.size(); i++) {
      Members entry = Members.of(entries.get(i), top.at("maintenance").child(i), faults, KEYS);
      Window window = entry == null ? null : window(entry);
      if (window != null) {
        windows.add(window);
      }
    }
    return new Maintenance(windows);
  }

  private @Nullable Window window(Members entry) {
    entry.text("description");
    Selection selection = selections.read(entry);
    if (entry.get("probes") instanceof Json.Arr none && none.items().isEmpty()) {
      // Without the key it is every probe; an empty list hardly means that.
      faults.add(entry.at("probes"), "is empty, and would match nothing");
    }
    boolean once = entry.has("from") || entry.has("to");
    boolean recurring = entry.has("cron") || entry.has("zone") || entry.has("duration");
    if (once == recurring) {
      faults.add(entry.at(), "needs either from and to, or cron and duration");
      return null;
    }
    return once ? once(entry, selection) : recurring(entry, selection);
  }

  private @Nullable Window once(Members entry, Selection selection) {
    entry.require("from");
    entry.require("to");
    Instant from = entry.parsed("from", MaintenanceReader::time);
    Instant to = entry.parsed("to", MaintenanceReader::time);
    if (from == null || to == null) {
      return null;
    }
    if (!from.isBefore(to)) {
      faults.add(entry.at("to"), "is not after \"from\"");
      return null;
    }
    return new Once(selection, from, to);
  }

  private @Nullable Window recurring(Members entry, Selection selection) {
    entry.require("cron");
    entry.require("duration");
    Cron cron = entry.parsed("cron", MaintenanceReader::cron);
    ZoneId zone =
        entry.has("zone") ? entry.parsed("zone", MaintenanceReader::zone) : ZoneOffset.UTC;
    Duration length = entry.duration("duration", SHORTEST, Recurring.MAX_LENGTH);
    return cron == null || zone == null || length == null
        ? null
        : new Recurring(selection, cron, zone, length);
  }

  /** RFC 3339, with its offset: what an hour means is not left to the machine's zone. */
  private static Parsed<Instant> time(String text) {
    try {
      return Parsed.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException e) {
      return Parsed.not("is not a time with its offset such as 2026-01-31T22:00:00+01:00");
    }
  }

  private static Parsed<Cron> cron(String text) {
    Cron.Reading reading = Cron.read(text);
    Cron cron = reading.cron();
    return cron == null
        ? Parsed.not("is no schedule: " + String.join("; ", reading.faults()))
        : Parsed.of(cron);
  }

  private static Parsed<ZoneId> zone(String text) {
    try {
      return Parsed.of(ZoneId.of(text));
    } catch (DateTimeException e) {
      return Parsed.not(
          "is no time zone; the nearest is \""
              + Nearest.of(text, ZoneId.getAvailableZoneIds())
              + '"');
    }
  }
}
