using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Commands;

/// <summary>Puts the generic host together: services and commands.</summary>
internal static class HostSetup
{
    /// <summary>Builds the host that commands run on.</summary>
    /// <param name="configure">Adds or replaces services, for tests.</param>
    public static IHost Build(Action<IServiceCollection>? configure)
    {
        // The empty builder: no file watchers and no logging providers until a command asks for them, since a post-mortem must start at once.
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "traindoctor" });
        builder.Services.AddSingleton<Terminal>();
        builder.Services.AddSingleton<ReportWriter>();
        builder.Services.AddSingleton(_ => new RunBoard());
        builder.Services.AddSingleton<WatchRun>();
        builder.Services.AddSingleton<DemoCure>();
        builder.Services.AddSingleton<TrialPage>();
        builder.Services.AddSingleton<ForeignCureRun>();
        builder.Services.AddSingleton<ICommandDefinition, DiagnoseCommand>();
        builder.Services.AddSingleton<ICommandDefinition, DiffCommand>();
        builder.Services.AddSingleton<ICommandDefinition, LearnCommand>();
        builder.Services.AddSingleton<ICommandDefinition, WatchCommand>();
        builder.Services.AddSingleton<ICommandDefinition, AttachCommand>();
        builder.Services.AddSingleton<ICommandDefinition, DemoCommand>();
        builder.Services.AddSingleton<ICommandDefinition, CureCommand>();
        builder.Services.AddSingleton<ICommandDefinition, ExplainCommand>();
        builder.Services.AddSingleton<ICommandDefinition, RulesCommand>();
        builder.Services.AddSingleton<ICommandDefinition, AdviseCommand>();
        builder.Services.AddSingleton<ICommandDefinition, InitCommand>();
        builder.Services.AddSingleton<ICommandDefinition, McpCommand>();
        configure?.Invoke(builder.Services);
        return builder.Build();
    }
}
