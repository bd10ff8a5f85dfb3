{{ observation_concept(**bmi()) }}
