using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrainingDoctor.Configuration;
using TrainingDoctor.Hosting;

namespace TrainingDoctor;

/// <summary>Registers the monitor in a generic host.</summary>
public static class TrainingDoctorServices
{
    /// <summary>Registers <see cref="ITrainingMonitorFactory"/>, whose monitors take their options from configuration and log their findings to the host's log.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The section of the monitor, e.g. <c>builder.Configuration.GetSection("trainingDoctor")</c>; null for the defaults.</param>
    /// <returns>The services.</returns>
    /// <exception cref="RuleConfigurationException">A key is unknown, or a value is not of its kind or out of bounds.</exception>
    public static IServiceCollection AddTrainingDoctor(this IServiceCollection services, IConfiguration? configuration = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var settings = new MonitorSettings(configuration);
        return services.AddSingleton<ITrainingMonitorFactory>(provider => new TrainingMonitorFactory(settings, provider.GetService<ILoggerFactory>()));
    }
}
