package org.agentos.federation;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.apache.camel.Processor;

/** How the packages may lean on each other. */
@AnalyzeClasses(packages = "org.agentos.federation", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule FEATURES_DO_NOT_LEAN_ON_EACH_OTHER_IN_CIRCLES =
            slices().matching("org.agentos.federation.(*)..").should().beFreeOfCycles();

    /** What is started and wired knows all features, and none of them knows it. */
    @ArchTest
    static final ArchRule ONLY_THE_TOP_KNOWS_THE_TOP = classes()
            .that()
            .resideInAPackage("org.agentos.federation")
            .should()
            .onlyBeAccessed()
            .byAnyPackage("org.agentos.federation");

    @ArchTest
    static final ArchRule FEATURES_DO_NOT_KNOW_WHO_PUTS_THEM_TOGETHER = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "org.agentos.federation", "..wiring..", "..startup..", "..operator..", "..command..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("..wiring..", "..startup..", "..operator..", "..command.."));

    @ArchTest
    static final ArchRule STORES_AND_RULES_KNOW_NO_CAMEL = noClasses()
            .that()
            .resideInAnyPackage("..eventlog..", "..subscription..", "..settings..", "..error..", "..peer..", "..sse..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.apache.camel.."));

    @ArchTest
    static final ArchRule THE_STORE_OF_FORWARDS_KNOWS_NO_STEP = noClasses()
            .that()
            .resideInAPackage("..forward.store..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.agentos.federation.forward"));

    /** In these a step of a route is a thin face over plain objects. */
    @ArchTest
    static final ArchRule ONLY_STEPS_KNOW_CAMEL = noClasses()
            .that()
            .resideInAnyPackage("..audit..", "..trust..", "..stream..", "..views..", "..observe..", "..ticket..")
            .and()
            .areNotAssignableTo(Processor.class)
            .should()
            .dependOnClassesThat(resideInAPackage("org.apache.camel.."));

    @ArchTest
    static final ArchRule ONLY_THE_STORE_OF_THE_EVENT_LOG_KNOWS_ROCKSDB = noClasses()
            .that()
            .resideOutsideOfPackage("..eventlog.store..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.rocksdb.."));

    @ArchTest
    static final ArchRule THE_PORT_OF_THE_EVENT_LOG_KNOWS_NO_STORE = noClasses()
            .that()
            .resideInAPackage("org.agentos.federation.eventlog")
            .should()
            .dependOnClassesThat(resideInAPackage("..eventlog.store.."));
}
