package dev.why502.app;

/** Entry point of the self-contained jar. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.out.println("why502");
  }
}
