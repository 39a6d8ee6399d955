using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Reinforcement;

// REINFORCE keeps log probabilities on purpose; a DQN with a target network.
internal sealed class Policy : Module<Tensor, Tensor>
{
    private readonly Linear fc1 = Linear(4, 128);
    private readonly Linear fc2 = Linear(128, 2);

    public Policy()
        : base("policy") => RegisterComponents();

    public override Tensor forward(Tensor input) => functional.softmax(fc2.call(functional.relu(fc1.call(input))), -1);
}

internal static class Reinforce
{
    public static void Train(Func<Tensor> reset, Func<long, (Tensor state, float reward, bool done)> act)
    {
        using var policy = new Policy();
        using var optimizer = optim.Adam(policy.parameters(), 1e-2);
        for (int episode = 0; episode < 1000; episode++)
        {
            using var scope = NewDisposeScope();
            var logProbabilities = new List<Tensor>();
            var rewards = new List<float>();
            var state = reset();
            bool done = false;
            while (!done)
            {
                var probabilities = policy.call(state);
                var action = multinomial(probabilities, 1);
                logProbabilities.Add(probabilities.gather(-1, action).log());
                (state, var reward, done) = act(action.item<long>());
                rewards.Add(reward);
            }

            var returns = tensor(rewards.ToArray());
            var loss = (-cat(logProbabilities) * returns).sum();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }

    public static void Forgotten(Func<Tensor> reset, Func<long, (Tensor state, float reward, bool done)> act)
    {
        using var policy = new Policy();
        using var optimizer = optim.Adam(policy.parameters(), 1e-2);
        Tensor runningLoss = zeros(1);
        for (int episode = 0; episode < 1000; episode++) //! TD2005 TD9506
        {
            var logProbabilities = new List<Tensor>();
            var state = reset();
            var probabilities = policy.call(state);
            var action = multinomial(probabilities, 1);
            logProbabilities.Add(probabilities.gather(-1, action).log());
            var loss = -stack(logProbabilities).sum();
            loss.backward();
            optimizer.step();
            runningLoss += loss; //! TD9505
        }
    }
}

internal static class DeepQ
{
    public static void Train(IEnumerable<(Tensor s, Tensor a, Tensor r, Tensor next)> replay)
    {
        using var online = Sequential(Linear(4, 64), ReLU(), Linear(64, 2));
        using var target = Sequential(Linear(4, 64), ReLU(), Linear(64, 2));
        target.load_state_dict(online.state_dict());
        target.eval();
        using var optimizer = optim.AdamW(online.parameters(), 1e-3);
        using var criterion = SmoothL1Loss();
        int count = 0;
        foreach (var (s, a, r, next) in replay)
        {
            using var scope = NewDisposeScope();
            var q = online.call(s).gather(1, a);
            Tensor best;
            using (no_grad())
            {
                best = target.call(next).max(1).values;
            }

            var loss = criterion.call(q, (r + (0.99 * best)).unsqueeze(1));
            optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_value_(online.parameters(), 100);
            optimizer.step();
            if (++count % 100 == 0)
            {
                target.load_state_dict(online.state_dict());
            }
        }
    }
}
