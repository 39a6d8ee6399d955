using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace TrainingDoctor.Host.Live;

/// <summary>What a host is besides serving a board: part of a fleet, for instance.</summary>
internal interface ILiveExtension
{
    /// <summary>The tag of health checks that tell whether requests should come here, beyond being alive.</summary>
    const string Ready = "ready";

    /// <summary>Adds services.</summary>
    void AddServices(IServiceCollection services);

    /// <summary>Says why a host could not start, where that is nothing that the program did wrong.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>Null where it is not known.</returns>
    string? Explain(Exception exception);

    /// <summary>Adds endpoints, when all services are there and before the first request.</summary>
    void Map(IEndpointRouteBuilder routes);
}
