using System.Collections;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orleans.Diagnostics;
using Orleans.Hosting;

namespace TrainingDoctor.Host.Fleet;

/// <summary>
/// Traces of what is asked of a fleet: from the host that a request comes to, over the one that holds its run, into the record. They are sent where OpenTelemetry's own variables name a collector; without
/// one nothing is measured, and what sends them is not loaded.
/// </summary>
internal static class FleetTraces
{
    /// <summary>What OpenTelemetry calls its variables.</summary>
    private const string Prefix = "OTEL_";

    /// <summary>What asks often and tells nothing: whether a host is there, its metrics, and streams that last as long as somebody looks.</summary>
    private static readonly string[] Untold = ["/health", "/ready", "/metrics", "/api/v1/events"];

    /// <summary>Gets the spans of our own: what Orleans and ASP.NET Core cannot tell of a request.</summary>
    public static ActivitySource Source { get; } = new("TrainingDoctor.Fleet");

    /// <summary>Tells whether traces are to be sent.</summary>
    /// <param name="variables">The environment.</param>
    public static bool AreAskedFor(IDictionary variables) =>
        (Has(variables, "EXPORTER_OTLP_ENDPOINT") || Has(variables, "EXPORTER_OTLP_TRACES_ENDPOINT"))
        && !Says(variables, "TRACES_EXPORTER", "none")
        && !Says(variables, "SDK_DISABLED", "true");

    /// <summary>Sends traces as the environment says.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="instance">What tells this host from the others.</param>
    public static void AddTo(IServiceCollection services, string instance) => services.AddOpenTelemetry().WithTracing(traces => traces

        // What the environment calls the service counts for more.
        .ConfigureResource(resource => resource.AddService("traindoctor", serviceInstanceId: instance).AddEnvironmentVariableDetector())
        .AddAspNetCoreInstrumentation(requests => requests.Filter = context => !Array.Exists(Untold, path => context.Request.Path.StartsWithSegments(path)))

        // Not those of the runtime: hosts that ask each other whether they are there would be most of all traces.
        .AddSource(ActivitySources.ApplicationGrainActivitySourceName, ActivitySources.LifecycleActivitySourceName, Source.Name)
        .AddOtlpExporter());

    /// <summary>Has a trace go on at the host that a call goes to.</summary>
    /// <param name="silo">This host among the others.</param>
    public static void CarryOn(ISiloBuilder silo) => silo.AddActivityPropagation();

    private static bool Has(IDictionary variables, string name) => variables[Prefix + name] is string { Length: > 0 };

    private static bool Says(IDictionary variables, string name, string value) => string.Equals(variables[Prefix + name] as string, value, StringComparison.OrdinalIgnoreCase);
}
