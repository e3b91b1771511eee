package io.heartline;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Arrows point down only; top-floor packages do not know each other; nothing below the top reads a
 * clock or a container.
 */
@AnalyzeClasses(packages = "io.heartline", importOptions = ImportOption.DoNotIncludeTests.class)
class FloorPlanTest {
  private static final String[] GROUND = {
    "io.heartline.model..", "io.heartline.log..", "io.heartline.protocol.."
  };
  private static final String[] BELOW_TOP = {
    "io.heartline.model..", "io.heartline.log..", "io.heartline.protocol..", "io.heartline.engine.."
  };
  private static final String[] ABOVE_GROUND = {
    "io.heartline.engine..",
    "io.heartline.transport..",
    "io.heartline.api..",
    "io.heartline.store..",
    "io.heartline.security..",
    "io.heartline.management..",
    "io.heartline.bootstrap.."
  };
  private static final String[] ABOVE_MIDDLE = {
    "io.heartline.transport..",
    "io.heartline.api..",
    "io.heartline.store..",
    "io.heartline.security..",
    "io.heartline.management..",
    "io.heartline.bootstrap.."
  };

  @ArchTest
  static final ArchRule theModelNeedsTheJdkOnly = classes()
      .that()
      .resideInAPackage("io.heartline.model..")
      .should()
      .onlyDependOnClassesThat()
      .resideInAnyPackage("io.heartline.model..", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule theGroundFloorKnowsNothingAboveIt = noClasses()
      .that()
      .resideInAnyPackage(GROUND)
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage(ABOVE_GROUND);

  @ArchTest
  static final ArchRule theEngineKnowsNothingAboveIt = noClasses()
      .that()
      .resideInAPackage("io.heartline.engine..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage(ABOVE_MIDDLE);

  @ArchTest
  static final ArchRule topFloorPackagesDoNotKnowEachOther = slices()
      .matching("io.heartline.(transport|api|store|security|management)..")
      .should()
      .notDependOnEachOther();

  /** It is a jar of its own, on other people's class paths. */
  @ArchTest
  static final ArchRule theClientNeedsTheJdkOnly = classes()
      .that()
      .resideInAPackage("io.heartline.client..")
      .should()
      .onlyDependOnClassesThat()
      .resideInAnyPackage("io.heartline.client..", "java..", "org.jspecify..");

  /** It is not in the WAR. */
  @ArchTest
  static final ArchRule nobodyUsesTheClient = noClasses()
      .that()
      .resideOutsideOfPackage("io.heartline.client..")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("io.heartline.client..");

  @ArchTest
  static final ArchRule noContainerBelowTheTop = noClasses()
      .that()
      .resideInAnyPackage(BELOW_TOP)
      .should()
      .dependOnClassesThat()
      .resideInAPackage("jakarta..");

  @ArchTest
  static final ArchRule noClockBelowTheRoof = noClasses()
      .that()
      .resideOutsideOfPackage("io.heartline.bootstrap..")
      .should()
      .callMethod(System.class, "nanoTime")
      .orShould()
      .callMethod(System.class, "currentTimeMillis")
      .orShould()
      .callMethod(java.time.Instant.class, "now")
      .orShould()
      .callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule nobodyIsAManager = noClasses()
      .should()
      .haveSimpleNameEndingWith("Manager")
      .orShould()
      .haveSimpleNameEndingWith("Helper")
      .orShould()
      .haveSimpleNameEndingWith("Util")
      .orShould()
      .haveSimpleNameEndingWith("Impl");
}
